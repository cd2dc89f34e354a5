dist_check_SCRIPTS += %D%/includes.sh %D%/symbols.sh %D%/headers.sh %D%/format.sh %D%/size.sh
