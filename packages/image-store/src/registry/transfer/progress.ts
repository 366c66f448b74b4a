/** What happens to one layer, or to the config, of an image that is pulled or pushed. */
export interface BlobProgress {
  readonly digest: string;
  /** In bytes, as the registry has it. */
  readonly size: number;
  /** How much of it is here, or there. */
  readonly bytes: number;
  readonly state:
    | 'waiting'
    | 'downloading'
    /** It is here and is not unpacked yet. */
    | 'downloaded'
    | 'unpacking'
    /** It is here and unpacked. */
    | 'pulled'
    | 'uploading'
    | 'pushed'
    /** It was there already. */
    | 'exists'
    /** The registry had it in another repository. */
    | 'mounted';
}

export type OnProgress = (progress: BlobProgress) => void;
