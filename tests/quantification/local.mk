# Tests of src/quantification.
