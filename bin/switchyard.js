#!/usr/bin/env node
// The compiled command has no executable bit; this file keeps one in the repository.
import '../dist/apps/cli/src/main.js';
