# Tests of src/microscope.
