# matplotlib uses a font cache only where it may write: the one made with the image is copied into scratch.
cp -R /opt/matplotlib /tmp/matplotlib
# Where a recovery finds what was printed; kept in step with src/python/recovery/kept-outputs.ts.
export COUNTERSIGN_OUTPUTS=/tmp/countersign-outputs.jsonl
exec "$@"
