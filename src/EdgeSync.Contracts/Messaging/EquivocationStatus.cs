using System.Text.Json.Serialization;
using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Messaging;

/// <summary>Two releases with trusted signatures, one number and different content, of which the site keeps the records.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Sequence">The sequence that both have.</param>
/// <param name="Seen">The digest of the record that came first.</param>
/// <param name="Found">The digest of the record that came later and was refused.</param>
/// <param name="At">When it was found, by the site's clock, UTC.</param>
/// <param name="File">The file at the site with both records.</param>
/// <param name="Epoch">The epoch that both have.</param>
public sealed record EquivocationStatus(
    string Channel,
    long Sequence,
    Digest Seen,
    Digest Found,
    DateTimeOffset At,
    string File,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Epoch = 0);
