# Tests of src/projection.
