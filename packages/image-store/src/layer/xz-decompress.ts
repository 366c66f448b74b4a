// A module of its own, so that it is loaded when something is expanded. The package is CommonJS whose names Node cannot tell.
import xz from 'xz-decompress';

export const { XzReadableStream } = xz;
