# Tests of src/cli.
dist_check_SCRIPTS += %D%/bad_scenario.sh %D%/bad_files.sh
EXTRA_DIST += %D%/support.sh %D%/small.yaml
