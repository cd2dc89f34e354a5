# Tests of src/cli.
dist_check_SCRIPTS += %D%/bad_scenario.sh %D%/bad_files.sh %D%/bad_output.sh \
    %D%/bad_usage.sh %D%/run.sh %D%/chain.sh %D%/config.sh %D%/diffuse.sh
EXTRA_DIST += %D%/support.sh %D%/small.yaml
dist_check_SCRIPTS += %D%/docs_commands.sh
dist_check_SCRIPTS += %D%/study.sh
dist_check_SCRIPTS += %D%/study_mpi.sh
dist_check_SCRIPTS += %D%/shipped_studies.sh
dist_check_SCRIPTS += %D%/slices.sh %D%/align.sh %D%/reconstruct.sh
dist_check_SCRIPTS += %D%/chip.sh %D%/plan.sh
