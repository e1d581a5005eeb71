#!/bin/sh
# The bucket of the studio in MinIO, and a user who may list, read, write and delete in it. Given again, it changes nothing.
set -eu

mc alias set store http://objects:9000 root "$(cat /run/secrets/minio_root_password)" >/dev/null
mc mb --ignore-existing store/matteloop
mc admin policy create store matteloop /deploy/bucket_policy.json
mc admin user add store matteloop "$(cat /run/secrets/object_store_key)" >/dev/null
mc admin policy attach store matteloop --user matteloop || mc admin user info store matteloop | grep -q matteloop
echo "the bucket is there"
