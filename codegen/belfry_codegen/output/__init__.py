# SPDX-License-Identifier: Apache-2.0
"""Writes files, and remembers which need not be written again. Imports `model` only.

write         compares rendered files with the disk, and writes all that changed or none
manifest      what builds need to know of a generated service
cache         what each service was generated from, so that an unchanged one is skipped
fingerprint   digests of files and folders, among them the generator's own
jobs          runs work in several processes
progress      a progress bar if stderr is a terminal
"""
