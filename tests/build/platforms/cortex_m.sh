#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a program for a Cortex-M4 with its arguments and standard streams: cortex_m.sh PROGRAM [ARGUMENT...]
program=$1
shift
# Its path is not an argument, because spaces end one.
config=enable=on,target=native,arg=program
for word in "$@"; do
    # QEMU takes a comma as the end of an argument unless it is doubled.
    config=$config,arg=$(printf '%s' "$word" | sed 's/,/,,/g')
done
exec qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none -semihosting-config "$config" -kernel "$program"
