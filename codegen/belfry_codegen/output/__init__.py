# SPDX-License-Identifier: Apache-2.0
"""Writes files, and caches which are up to date. Imports `model` only.

write         compares rendered files with the disk, and writes all changed files or none
manifest      the JSON file about a generated service that builds read
cache         records what each service was generated from, so that an unchanged one is skipped
fingerprint   digests of files and folders, among them the generator's own
jobs          runs work in several processes
progress      a progress bar if stderr is a terminal
"""
