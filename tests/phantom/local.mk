# Tests of src/phantom.
