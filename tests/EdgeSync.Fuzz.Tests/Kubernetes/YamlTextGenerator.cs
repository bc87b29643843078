using System.Text;

namespace EdgeSync.Fuzz.Tests.Kubernetes;

/// <summary>Writes documents that are nearly YAML: real manifests with changes, structures of random shape, and pieces in random order.</summary>
internal sealed class YamlTextGenerator(Random random)
{
    private static readonly string[] Scalars =
    [
        "a", "b", "x y", "web", "nginx:1.25", "http://h/?q=1", "b :", "b:c", ":c", "a?b", "?", "-", "--", "-a", "- a", "a#b", "a #b", "#c", "a: b", "\"q\"", "'s'", "'it''s'",
        "\"a\\nb\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\U0001F600\"", "\"\\x41\"", "\"\\/\"", "\"a\\\n  b\"", "\"a\n\n b\"", "'a\n  b'", "a\n  b", "\"\"", "''", "", "~", "null", "Null",
        "true", "yes", "No", "on", "OFF", "y", "n", "Y", "True", "tRue", "0", "1", "-1", "+1", "007", "08", "0o17", "0x1F", "0b101", "-0b11", "0b-1", "-0x1f", "+0x1", "0X1", "0B1", "0O7",
        "1_000", "_1", "1_", "0x_f", "1e3", "1E400", "1.", ".5", "-.5", "+.5", "._5", ".5_0", "1.5e-7", ".inf", "-.INF", "+.inf", ".NaN", "190:20:30", "1:30", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "+18446744073709551615", "1.0", "-0", "-0.0", "0.1", "123456789.123456789",
        "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "12e03", "0.", "1e", "e1", ".", "..", "...", "---", "=", "<<", "%a", "@a", "`a`", "|", ">", "!", "!!str 1", "!!int \"3\"",
        "!!float 1", "!!bool yes", "!!null ''", "!!binary aGk=", "!!binary gA==", "!x y", "! a", "!!str", "!<tag:yaml.org,2002:str> 1", "&a b", "*a", "&a", "&a *a", "*b", "é", "\U0001F600", "a\tb", "\ta", "a\t", "a,b", "a]b", "a}b",
        "[a]", "{a: b}", "[]", "{}", "[a, b: c]", "[? a]", "[? a : b]", "{a}", "{a, b}", "{\"a\":b}", "{a:b}", "[a:b]", "[\"a\":b]", "[a,]", "[,]", "{a: b,}", "[a b]", "[[a], [b]]", "{a: {b: c} d: e}", "[a\n, b]",
        "|\n  x\n  y", "|-\n  x", "|+\n  x\n\n", ">\n  x\n  y\n\n  z", ">-\n  x\n   y\n  z", "|2\n   x", "|1-\n x", "|0\n x", "|\n\tx", "| # c\n  x", "|x\n  y", ">2\n  a\n\n   b\n",
    ];

    private static readonly string[] Keys = ["a", "b", "c", "\"a\"", "'b'", "name", "a b", "1", "true", "on", "1.5", "~", "<<", "? a\n", "[a]", "{a: b}", "&k a", "*a", "!!str 1", "é", "\"\U0001F600\"", "a:b", "-a", "", "0x1"];

    private static readonly string[] Pieces =
    [
        "a", "b", "k: ", "- ", "-", "? ", "?", ": ", ":", ",", ", ", "[", "]", "{", "}", "\n", "\n", "\n ", "\n  ", "\n    ", "\t", " ", "  ", "#", " #c", "\"", "'", "\\", "|", ">", "|-\n", "&a ", "*a", "!!str ", "!x ", "!", "%", "@", "`",
        "<<: ", "~", "1", "0x1", ".5", "yes", "---", "...", "\n---\n", "\n...\n", "\r", "\r\n", "\uFEFF", "\u0085", "\u2028", "\u00A0", "é", "\U0001F600", "%YAML 1.1\n", "\"\\u0041\"", "''", "\"\"", "{}", "[]", "a: b", "\na: ", "\n- ", "\nb:\n",
    ];

    private static readonly string[] Manifests =
    [
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {app: web, \"tier\": 'front'}\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.25\n        args: [a, \"b\", c, --x=1]\n        command: [\"sh\", \"-c\", \"echo 'a: b'; exit 0\"]\n        resources: {limits: {cpu: 1, memory: 64Mi}, requests: {cpu: 100m}}\n        env:\n        - {name: A, value: \"1\"}\n        - name: B\n          valueFrom: {fieldRef: {fieldPath: status.podIP}}\n        ports:\n        - containerPort: 80 # http\n          protocol: TCP\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {x/y: \"true\"}}\ndata:\n  nginx.conf: |\n    server {\n      listen 80; # c\n    }\n\n  folded: >-\n    one\n    two\n\n     three\n  plain: one\n    two\n  quoted: \"a \\\n    b\\tc\"\n  empty:\n  octal: 0644\n",
        "defaults: &d\n  a: 1\n  b: [x, y]\nfirst:\n  <<: *d\n  c: 2\nsecond:\n  <<: [*d, {e: f}]\nlist:\n- &i {k: v}\n- *i\n-\n  - a\n  - - b\n- ? complex\n  : value\n- key: >\n    text\n  other: 'x'\n",
        "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"ports\": [{\"port\": 80}], \"selector\": {\"a\": \"b\"}}}\n",
        "a:\n- b\n- c:\n  - d\n  e: [1, 2,\n    3]\nf: {g: h,\n  i: j}\n? k\n: l\nm: !!str 5\nn: 'x\n\n  y'\n",
    ];

    /// <summary>One document; never one that Kubernetes would split in two.</summary>
    public string Next() => random.Next(10) switch
    {
        < 4 => Change(Pick(Manifests)),
        < 5 => Change(Block(0, 3)),
        < 7 => Block(0, 4),
        < 9 => $"a: {Flow(4)}\n",
        _ => string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => Pick(Pieces))),
    };

    private string Block(int indent, int depth)
    {
        var pad = new string(' ', indent);
        var text = new StringBuilder();
        var isList = random.Next(3) == 0;
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            text.Append(pad).Append(isList ? "-" : $"{(random.Next(8) == 0 ? "? " : "")}{(random.Next(6) == 0 ? Pick(Keys) : $"k{random.Next(20)}")}{(random.Next(40) == 0 ? " " : "")}:");
            if (depth > 0 && random.Next(3) == 0)
            {
                var deeper = Block(indent + random.Next(isList ? 1 : 0, 4), depth - 1);
                text.Append(isList && random.Next(2) == 0 ? " " + deeper.TrimStart(' ') : (random.Next(10) == 0 ? " " + Property() : "") + "\n" + deeper);
            }
            else
            {
                var value = (random.Next(10) == 0 ? Property() : "") + (random.Next(4) == 0 ? Flow(3) : Pick(Scalars));
                text.Append(random.Next(30) == 0 ? "" : " ").Append(value.Replace("\n", "\n" + pad, StringComparison.Ordinal)).Append(random.Next(15) == 0 ? " # c\n" : "\n");
            }

            text.Append(random.Next(15) == 0 ? Pick(["\n", "  \n", "# c\n", "\t\n", " \t # c\n", pad + "# c\n"]) : "");
        }

        return text.ToString();
    }

    private string Flow(int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            return Pick(Scalars);
        }

        var isList = random.Next(2) == 0;
        var text = new StringBuilder(isList ? "[" : "{").Append(Space());
        for (var count = random.Next(0, 5); count > 0; count--)
        {
            text.Append(random.Next(20) == 0 ? "? " : "").Append(random.Next(12) == 0 ? Property() : "");
            text.Append(isList && random.Next(6) != 0 ? Flow(depth - 1)
                : $"{(random.Next(6) == 0 ? Pick(Keys) : $"k{random.Next(20)}")}{(random.Next(12) == 0 ? "" : Pick([":", ": ", ": ", ": ", " : ", ":\n "]))}{Flow(depth - 1)}");
            text.Append(Space()).Append(count > 1 || random.Next(8) == 0 ? Pick([",", ", ", ", ", ", ", ",\n ", random.Next(8) == 0 ? " " : ", "]) : "");
        }

        return text.Append(Space()).Append(random.Next(40) == 0 ? "" : isList ? "]" : "}").ToString();
    }

    private string Property() => Pick(["&a ", "&b ", "!!str ", "!!map ", "!!seq ", "!x ", "!!int ", "!!binary ", "*a ", "! "]);

    private string Space() => random.Next(8) == 0 ? Pick([" ", "\n ", "\t", " # c\n ", "\n\n", "  ", "\n"]) : "";

    private string Change(string text)
    {
        var result = new StringBuilder(text);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(result.Length + 1);
            var length = Math.Min(random.Next(1, random.Next(4) == 0 ? 40 : 4), result.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    result.Remove(at, length);
                    break;
                case 1:
                    result.Insert(at, result.ToString(at, length));
                    break;
                case 2:
                    result.Insert(at, Pick(Pieces));
                    break;
                case 3:
                    result.Remove(at, length).Insert(at, Pick(Pieces));
                    break;
                case 4:
                    result.Insert(at, Pick(Scalars));
                    break;
                default:
                    var piece = result.ToString(random.Next(result.Length - length + 1), length);
                    result.Insert(at, piece);
                    break;
            }
        }

        return result.ToString();
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
