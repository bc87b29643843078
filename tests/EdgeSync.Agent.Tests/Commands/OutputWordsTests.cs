using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.LocalApi;

namespace EdgeSync.Agent.Tests.Commands;

/// <summary>The enum values in the JSON of <c>--output json</c>: scripts compare them.</summary>
public sealed class OutputWordsTests
{
    public static TheoryData<JsonTypeInfo, object[]> Enums => new()
    {
        { BundleOutputJsonContext.Default.LintSeverity, [.. Enum.GetValues<Bundles.Linting.LintSeverity>()] },
        { LocalApiJsonContext.Default.ChannelState, [.. Enum.GetValues<Contracts.Messaging.ChannelState>()] },
        { LocalApiJsonContext.Default.PipelineStage, [.. Enum.GetValues<Contracts.Acknowledgements.PipelineStage>()] },
    };

    [Theory]
    [MemberData(nameof(Enums))]
    public void Json_EveryEnumValue_StartsWithALowerCaseLetter(JsonTypeInfo type, object[] values) =>
        Assert.All(values, value => Assert.Matches("^\"[a-z][A-Za-z]*\"$", JsonSerializer.Serialize(value, type)));
}
