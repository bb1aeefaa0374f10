# SPDX-License-Identifier: BSD-2-Clause
# An image with xendtc and what it calls: for the hook xendtc-check-docker, and for CI.
#
#     docker build -t xendtc . && docker run --rm -v "$PWD:/src" -w /src xendtc xendtc check system.yaml
FROM debian:trixie-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
	gcc libc6-dev binutils meson pkg-config libyaml-dev libfdt-dev zlib1g-dev libjansson-dev nettle-dev
COPY . /xendtc
RUN cd /xendtc && rm -rf build-static && tools/static.sh

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
	device-tree-compiler u-boot-tools fdisk mtools e2fsprogs fakeroot libarchive-tools \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /xendtc/build-static/xendtc /usr/local/bin/xendtc
