# Tests of src/tomography.
