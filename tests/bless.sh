#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Writes what the compiler says over what the tests expect; git diff shows what changed.
# Arguments go to pytest, as in: tests/bless.sh -k E0401
cd "$(dirname "$0")/.." && exec "/usr/bin/python3" -m pytest -q --bless tests "$@"
