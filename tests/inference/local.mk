# Tests of src/inference.
