# Tests of src/heating.
