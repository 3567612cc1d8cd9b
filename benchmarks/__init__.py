"""What the plugin costs, beside botocore alone, botocore's Stubber and moto.

python -m benchmarks [--fast] [--json] [SECTION …]
"""
