# matplotlib uses a font cache only where it may write: the one made with the image is copied into scratch.
cp -R /opt/matplotlib /tmp/matplotlib
exec "$@"
