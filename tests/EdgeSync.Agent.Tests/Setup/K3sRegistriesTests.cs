using System.Text.RegularExpressions;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Setup;

namespace EdgeSync.Agent.Tests.Setup;

public sealed class K3sRegistriesTests
{
    private static readonly Uri Mirror = new("http://127.0.0.1:5555");

    public static TheoryData<string> Cases => GoldenFolders.Of("K3sRegistries");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Edit_GoldenCase_ChangesWhatIsNeededOrRefuses(string name)
    {
        var before = GoldenFolders.Before("K3sRegistries", name);
        if (GoldenFolders.After("K3sRegistries", name) is { } expected)
        {
            var after = K3sRegistries.Edit("registries.yaml", before, Mirror);

            Assert.Equal(expected, after);
            Assert.Equal(after, K3sRegistries.Edit("registries.yaml", after, Mirror));
        }
        else
        {
            var failure = Assert.Throws<AgentException>(() => K3sRegistries.Edit("registries.yaml", before, Mirror));

            Assert.Contains(GoldenFolders.Refusal("K3sRegistries", name), failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Remove_AfterEdit_LeavesWhatWasThere(string name)
    {
        var before = GoldenFolders.Before("K3sRegistries", name);
        if (GoldenFolders.After("K3sRegistries", name) is not { } with || before.Contains(Mirror.Authority, StringComparison.Ordinal))
        {
            return;
        }

        var without = K3sRegistries.Remove("registries.yaml", with, Mirror);

        Assert.DoesNotContain(Mirror.Authority, without, StringComparison.Ordinal);
        Assert.Equal(without, K3sRegistries.Remove("registries.yaml", without, Mirror));
        Assert.Equal(Urls(before.Replace("http://127.0.0.1:5000", "", StringComparison.Ordinal)), Urls(without));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Edit_AnyOfTheFiles_KeepsEveryLineThatItDoesNotNeedToChange(string name)
    {
        if (GoldenFolders.After("K3sRegistries", name) is not { } after || name == "port-changed")
        {
            return;
        }

        var words = after.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var word in GoldenFolders.Before("K3sRegistries", name).Split((char[])[' ', '\n', '\r', '[', ']', '{', '}'], StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(word is "~" or "null" || words.Exists(one => one.Contains(word, StringComparison.Ordinal)), $"'{word}' is gone");
        }
    }

    private static IEnumerable<string> Urls(string text) => Regex.Matches(text, "https?://[^\\s\"',\\]}]+").Select(match => match.Value);

    [Fact]
    public void Edit_RandomDamage_GivesAReadableFileOrARefusal()
    {
        const int Seed = 5_555;
        var random = new Random(Seed);
        var sources = GoldenFolders.Names("K3sRegistries").Select(name => GoldenFolders.Before("K3sRegistries", name)).ToList();
        for (var round = 0; round < 3_000; round++)
        {
            var text = sources[random.Next(sources.Count)];
            for (var hit = random.Next(3); hit >= 0 && text.Length > 0; hit--)
            {
                var at = random.Next(text.Length);
                text = random.Next(2) == 0 ? text.Remove(at, 1) : text.Insert(at, " \n:{}[]#-\"*&~".Substring(random.Next(13), 1));
            }

            try
            {
                var after = K3sRegistries.Edit("registries.yaml", text, Mirror);
                Assert.Equal(after, K3sRegistries.Edit("registries.yaml", after, Mirror));
                var without = K3sRegistries.Remove("registries.yaml", after, Mirror);
                Assert.Equal(without, K3sRegistries.Remove("registries.yaml", without, Mirror));
            }
            catch (AgentException failure)
            {
                Assert.Equal("SetupCannotMerge", failure.Reason);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {Seed}, round {round}: {failure}\n{text}");
            }
        }
    }
}
