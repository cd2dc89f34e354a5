dist_check_SCRIPTS += \
    %D%/format.sh \
    %D%/headers.sh \
    %D%/includes.sh \
    %D%/shell.sh \
    %D%/size.sh \
    %D%/symbols.sh
