check_PROGRAMS += %D%/test_report %D%/test_html %D%/test_orthoslices
%C%_test_report_SOURCES = %D%/test_report.c %D%/run_fixture.c %D%/run_fixture.h
