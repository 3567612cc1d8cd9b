"""The operations as the service documents them: pure, knows neither pytest nor botocore, YAML, clock or network."""
