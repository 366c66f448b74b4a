import test from 'ava';
import { compileTemplate, parseTemplate, toMap } from '../../../src/commands/template/index.js';

const data = {
  Id: 'abc',
  Count: 3,
  Empty: '',
  None: null,
  State: { Running: true, Pid: 42 },
  Labels: toMap({ b: '2', a: '1', 'x.y': 'dotted', ['__proto__']: 'odd' }),
  Args: ['-c', 'echo "hi"'],
  Mounts: [{ Source: '/a' }, { Source: '/b' }],
  Lazy: () => 'later',
  Label: (name: unknown) => `<${name}>`,
};

const render = (template: string) => compileTemplate(parseTemplate(template))(data);

const cases: readonly (readonly [template: string, text: string])[] = [
  ['plain', 'plain'],
  ['', ''],
  ['{{.Id}}', 'abc'],
  ['{{ .Id }}-{{.State.Pid}}', 'abc-42'],
  ['{{.None}} {{.State.Running}} {{.Args}}', '<nil> true [-c echo "hi"]'],
  ['{{.Labels.a}} {{.Labels.zz}}', '1 <no value>'],
  ['{{index .Labels "x.y"}}{{index .Labels "zz"}}', 'dotted'],
  ['{{index .Args 0}} {{(index .Mounts 1).Source}}', '-c /b'],
  ['{{.Lazy}} {{.Label "k"}}', 'later <k>'],
  ['{{json .Args}}', '["-c","echo \\"hi\\""]'],
  ['{{.State | json}}', '{"Running":true,"Pid":42}'],
  ['{{json .None}}', 'null'],
  ['{{.Id | upper | printf "%s!"}}', 'ABC!'],
  ['{{join .Args ","}} {{len .Args}} {{len .Id}}', '-c,echo "hi" 2 3'],
  ['{{index (split "a:b" ":") 1}}', 'b'],
  ['{{truncate .Id 2}} {{title "ab cd"}} {{lower "AB"}}', 'ab Ab Cd ab'],
  ['{{printf "%05d %03x" .Count .Count}}', '00003 003'],
  ['{{printf "%-5s|%3d|%q|%v|%%" .Id .Count .Id .State.Running}}', 'abc  |  3|"abc"|true|%'],
  ['{{if .Empty}}yes{{else}}no{{end}}', 'no'],
  ['{{if .Empty}}1{{else if eq .Count 3}}2{{else}}3{{end}}', '2'],
  ['{{if and .Id (not .Empty) (gt .Count 2)}}yes{{end}}', 'yes'],
  ['{{if or .Empty .None}}yes{{end}}{{if ne .Id "x"}}ne{{end}}', 'ne'],
  ['{{range .Args}}[{{.}}]{{end}}', '[-c][echo "hi"]'],
  ['{{range $i, $a := .Args}}{{$i}}={{$a}} {{$.Id}};{{end}}', '0=-c abc;1=echo "hi" abc;'],
  ['{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}', '__proto__=odd a=1 b=2 x.y=dotted '],
  ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
  ['{{with .State}}{{.Pid}}{{end}}', '42'],
  ['{{with $s := .State}}{{$s.Pid}}{{end}}', '42'],
  ['{{$x := .Id}}{{$x}}{{$x}}', 'abcabc'],
  ['a {{- .Id -}} b', 'aabcb'],
  ['{{/* nothing */}}x', 'x'],
  ['{{"}}"}}{{`raw\\n`}}{{"\\t"}}', '}}raw\\n\t'],
  ['{{.Count}}{{-5}}', '3-5'],
  ['{{println .Id 1}}', 'abc 1\n'],
  ['{{slice .Id 1}}', 'bc'],
];
for (const [template, text] of cases) {
  test(`template ${JSON.stringify(template)}`, (t) => t.is(render(template), text));
}

const mistakes: readonly (readonly [template: string, reason: string])[] = [
  ['{{.Nope}}', 'there is no field "Nope"'],
  ['{{.State.Nope}}', 'there is no field "Nope"'],
  ['{{.constructor}}', 'there is no field "constructor"'],
  ['{{.Id', 'a "{{" is not closed'],
  ['{{if .Id}}', '"{{end}}" is missing'],
  ['{{if .Id}}{{else}}', '"{{end}}" is missing'],
  ['{{end}}', '"{{end}}" has no beginning'],
  ['{{}}', '"{{}}" is empty'],
  ['{{nope .Id}}', 'there is no function "nope"'],
  ['{{.Id | }}', 'a value is missing'],
  ['{{(.Id}}', 'a "(" is not closed'],
  ['{{)}}', '")" stands where a value is needed'],
  ['{{$nope}}', 'there is no variable "$nope"'],
  ['{{.Id .Count}}', '"Id" takes no arguments'],
  ['{{1 2}}', 'a value takes no arguments'],
  ['{{index .Args 7}}', 'there is no element 7 in a list of 2'],
  ['{{range .Count}}{{end}}', 'only lists and maps have a range'],
  ['{{.Id & .Id}}', '"& .Id" cannot be read'],
];
for (const [template, message] of mistakes) {
  test(`no template ${JSON.stringify(template)}`, (t) => {
    t.is(t.throws(() => render(template))?.message, message);
  });
}
