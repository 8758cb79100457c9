#!/bin/sh
# Takes out of a node_modules folder what never runs in an image: onnxruntime for other platforms, the compiler that
# only the build plugin of @nestjs/swagger asks for, tests, source maps, type declarations and documents. Licences stay.
set -eu
cd "$1"

platform=$(node -p 'process.platform + "/" + process.arch')
find onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/$platform" -exec rm -r {} +
rm -rf typescript .bin

find . -type d \( -name test -o -name tests -o -name __tests__ -o -name docs \) -prune -exec rm -r {} +
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \
  -o -iname 'readme*' -o -iname 'changelog*' -o -iname 'history.md' \) -delete
find . -type d -empty -delete
