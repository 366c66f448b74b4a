/** Source: OCI image-spec media-types.md; the names of Docker's image manifest version 2, schema 2. */
export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerLayerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
} as const;

export type Compression = 'none' | 'gzip' | 'zstd';

const LAYER_COMPRESSION: ReadonlyMap<string, Compression> = new Map([
  [MEDIA_TYPE.layer, 'none'],
  [MEDIA_TYPE.layerGzip, 'gzip'],
  [MEDIA_TYPE.layerZstd, 'zstd'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'none'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'gzip'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', 'zstd'],
  [MEDIA_TYPE.dockerLayer, 'none'],
  [MEDIA_TYPE.dockerLayerGzip, 'gzip'],
  [MEDIA_TYPE.dockerLayerZstd, 'zstd'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'gzip'],
]);

/** How the layers of this type are compressed; `undefined` for what is no layer that mini knows. */
export function compressionOf(mediaType: string): Compression | undefined {
  return LAYER_COMPRESSION.get(mediaType);
}

export function isIndexType(mediaType: string | undefined): boolean {
  return mediaType === MEDIA_TYPE.index || mediaType === MEDIA_TYPE.dockerIndex;
}

export function isManifestType(mediaType: string | undefined): boolean {
  return mediaType === MEDIA_TYPE.manifest || mediaType === MEDIA_TYPE.dockerManifest;
}

export function isConfigType(mediaType: string | undefined): boolean {
  return mediaType === MEDIA_TYPE.config || mediaType === MEDIA_TYPE.dockerConfig;
}
