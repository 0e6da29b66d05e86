"""What `scripts/generate_model_schemas.py` is made of: models -> JSON Schemas, and their checks in Python as CEL."""
