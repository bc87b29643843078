using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Trust;

/// <summary>A whole trust policy, as the file <c>trust.yaml</c> would hold it.</summary>
/// <param name="Digest">The digest of the text in UTF-8, which people and tools use to name it.</param>
/// <param name="Text">The text.</param>
public sealed record TrustPolicyText(Digest Digest, string Text)
{
    /// <summary>The policy with this text.</summary>
    public static TrustPolicyText Of(string text) => new(Primitives.Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)), text);
}
