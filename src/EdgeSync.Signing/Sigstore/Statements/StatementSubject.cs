namespace EdgeSync.Signing.Sigstore.Statements;

/// <summary>One thing that a statement is about.</summary>
/// <param name="Name">What its maker calls it; often empty.</param>
/// <param name="Digests">Its digests by algorithm, as written.</param>
/// <param name="Annotations">What its maker says of it, for example by <c>cosign sign -a</c>.</param>
public sealed record StatementSubject(
    string Name, IReadOnlyDictionary<string, string> Digests, IReadOnlyDictionary<string, string> Annotations);
