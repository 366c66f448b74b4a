const ADJECTIVES =
  'able agile amber apt bold brave brisk calm civil clear cosy crisp daring eager early exact fair fleet fresh gentle glad golden grand happy hardy honest humble jolly keen kind lively loyal lucid merry mild modest neat nimble noble patient plain polite proud quick quiet rapid ready rustic sharp silent simple sleek sober solid spry steady still strong sunny swift tidy trusty vivid warm witty'.split(
    ' ',
  );
const NOUNS =
  'acorn alder anchor anvil aspen badger beacon birch bobbin brook cedar chisel clover comet copper crane dingo ember falcon fern finch flint gannet garnet glacier harbor hazel heron hollow iris island jasper juniper kestrel lantern larch linden lynx maple marten meadow mesa moss oriole osprey otter pebble pine plover quartz quill raven reed ridge robin rowan saddle sparrow spruce summit swallow tern thistle thrush timber walnut willow wren yarrow'.split(
    ' ',
  );

/** A name for a container that was given none: an adjective and a noun, as docker's users are used to. */
export function randomName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? words[0];
  return `${pick(ADJECTIVES)}_${pick(NOUNS)}`;
}
