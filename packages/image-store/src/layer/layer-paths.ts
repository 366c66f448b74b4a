/** Where an unpacked layer is, and what there is of it while it comes and goes. */
export interface LayerPaths {
  readonly directory: string;
  /** What an overlay takes for a layer. */
  readonly tree: string;
  readonly about: string;
  /** Is there when the layer hides everything below it. */
  readonly opaque: string;
  readonly draft: string;
  readonly trash: string;
  readonly lock: string;
}

/** `layers` is the directory of all of them, `hex` the digits of the diff id. */
export function layerPaths(layers: string, hex: string): LayerPaths {
  const directory = `${layers}/${hex}`;
  return {
    directory,
    tree: `${directory}/tree`,
    about: `${directory}/about.json`,
    opaque: `${directory}/opaque`,
    draft: `${layers}/draft-${hex}`,
    trash: `${layers}/trash-${hex}`,
    lock: `${layers}/lock-${hex}`,
  };
}
