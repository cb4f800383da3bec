"""How much an uploaded file may ask for, and the sentence for each limit: which one it is, and how to make the file smaller."""

from rr.errors import Refused

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 200 * MEGABYTE  # a small spreadsheet can unpack to anything
MOST_ROWS = 20_000
MOST_COLUMNS = 250
MEMORY = 512 * MEGABYTE  # of the process that reads a file
PROCESSOR_SECONDS = 30
OUT_OF_MEMORY = 3  # the exit code of that process

SHORTER = "Export a shorter range of dates, and import one file after the other."
TABLE_ALONE = "Select the table alone, copy it into a new workbook or save it as “CSV UTF-8”, and import that."


def too_large() -> Refused:
    return Refused(f"The file is larger than {LARGEST_FILE // MEGABYTE} MB", SHORTER)


def too_large_unpacked() -> Refused:
    return Refused(f"The spreadsheet is too large once it is unpacked: more than {LARGEST_UNPACKED // MEGABYTE} MB", TABLE_ALONE)


def too_many_rows() -> Refused:
    return Refused(f"The file has more than {MOST_ROWS:,} rows, or cells filled far below the table", f"{SHORTER} {TABLE_ALONE}")


def too_many_columns() -> Refused:
    return Refused(f"The file has more than {MOST_COLUMNS} columns, or cells filled far beside the table", TABLE_ALONE)


def too_much_memory() -> Refused:
    return Refused(f"Reading the file takes more than {MEMORY // MEGABYTE} MB of memory", f"{TABLE_ALONE} {SHORTER}")


def too_slow() -> Refused:
    return Refused(f"Reading the file takes longer than {PROCESSOR_SECONDS} seconds", f"{TABLE_ALONE} {SHORTER}")
