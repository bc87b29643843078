using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Health;

namespace EdgeSync.Kubernetes.Tests.Health;

public sealed class JsonPathTests
{
    private const string Document = """
        {"metadata": {"annotations": {"example.com/done": "yes"}}, "spec": {"size": 3, "on": true},
         "status": {"phase": "Running", "nothing": null, "it's": "x", "nodes": [{"name": "a", "role": "leader"}, {"name": "b", "role": "member", "lag": 2}],
         "conditions": [{"type": "Synced", "status": "True"}, {"type": "Ready", "status": "False"}], "shards": {"one": {"state": "up"}, "two": {"state": "down"}}}}
        """;

    [Theory]
    [InlineData(".status.phase", "Running")]
    [InlineData("$.status.phase", "Running")]
    [InlineData("{.status.phase}", "Running")]
    [InlineData("{$.status.phase}", "Running")]
    [InlineData("$['status']['phase']", "Running")]
    [InlineData(".spec.size", "3")]
    [InlineData(".spec.on", "true")]
    [InlineData(".status.nodes[0].name", "a")]
    [InlineData(".status.nodes[-1].name", "b")]
    [InlineData(".status.nodes[2].name", "")]
    [InlineData(".status.nodes[-3].name", "")]
    [InlineData(".status.nodes[*].name", "a,b")]
    [InlineData(".status.nodes.[0].name", "a")]
    [InlineData(".status.shards.*.state", "up,down")]
    [InlineData(".status.shards[*]['state']", "up,down")]
    [InlineData(".metadata.annotations['example.com/done']", "yes")]
    [InlineData(""".metadata.annotations["example.com/done"]""", "yes")]
    [InlineData(@".metadata.annotations.example\.com/done", "yes")]
    [InlineData(@".status['it\'s']", "x")]
    [InlineData(""".status.conditions[?(@.type=="Synced")].status""", "True")]
    [InlineData(""".status.conditions[?(@.type == 'Ready')].status""", "False")]
    [InlineData(".status.conditions[?@.type=='Ready'].status", "False")]
    [InlineData(".status.conditions[?(@.type!='Ready')].status", "True")]
    [InlineData(".status.nodes[?(@.lag)].name", "b")]
    [InlineData(".status.nodes[?(@.lag==2)].name", "b")]
    [InlineData(".status.nodes[?(@['role']=='leader')].name", "a")]
    [InlineData(".status.nothing", "")]
    [InlineData(".status.phase.more", "")]
    [InlineData(".status.phase[0]", "")]
    [InlineData(".status.nodes.name", "")]
    public void Find_path_gives_its_values(string text, string expected)
    {
        Assert.True(JsonPath.TryParse(text, out var path, out var problem), problem);

        Assert.Equal(expected, string.Join(',', path.Find(JsonNode.Parse(Document)!).Select(JsonPath.TextOf)));
    }

    [Theory]
    [InlineData("", "it names no field; write it as in .status.phase")]
    [InlineData("$", "it names no field; write it as in .status.phase")]
    [InlineData("status.phase", "the character 's' at position 1 is not expected; write it as in .status.phase")]
    [InlineData(".status.", "it ends in the middle")]
    [InlineData(".status phase", "the character ' ' at position 8 is not expected; write it as in .status.phase")]
    [InlineData("..phase", "'..' is not supported; write the path in full")]
    [InlineData(".status[0", "it ends where ']' is expected")]
    [InlineData(".status[phase]", "at character 9, a number, a name in quotes, * or a condition is expected in the brackets")]
    [InlineData(".status[1:2]", "the character ':' at position 10 is not expected; write it as in .status.phase")]
    [InlineData(".status[99999999999]", "at character 9, a number, a name in quotes, * or a condition is expected in the brackets")]
    [InlineData(".status['a", "it ends where ''' is expected")]
    [InlineData(@".status\", "it ends with a backslash")]
    [InlineData(".status[?(@.a==b)]", "at character 16, a text in quotes, a number, true or false is expected")]
    [InlineData(".status[?(@.a=='b']", "the character ']' at position 19 is not expected; write it as in .status.phase")]
    [InlineData(".status[?(@.a[?(@.b)]==1)]", "a condition cannot have a condition inside")]
    [InlineData("{.status", "the character '{' at position 1 is not expected; write it as in .status.phase")]
    public void TryParse_other_text_says_what_is_wrong(string text, string expected)
    {
        Assert.False(JsonPath.TryParse(text, out _, out var problem));

        Assert.Equal(expected, problem);
    }

    [Fact]
    public void TryParse_endless_text_is_refused()
    {
        Assert.False(JsonPath.TryParse(string.Concat(Enumerable.Repeat(".a", 33)), out _, out var steps));
        Assert.False(JsonPath.TryParse(new string('.', 501), out _, out var length));

        Assert.Equal(("it has more than 32 steps", "it has more than 500 characters"), (steps, length));
    }

    [Fact]
    public void TryParse_random_text_never_throws()
    {
        const string Letters = ".[]{}()$@?*='\"\\ab01-! ";
        var random = new Random(35);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)]));
            if (JsonPath.TryParse(text, out var path, out _))
            {
                path.Find(JsonNode.Parse(Document)!);
            }
        }
    }
}
