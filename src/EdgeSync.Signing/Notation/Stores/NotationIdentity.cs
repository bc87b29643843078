using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Signing.Notation.Stores;

/// <summary>
/// Which signers with a certificate under a store a site trusts: <c>*</c> for all of them, or <c>x509.subject:</c> and attributes that the subject of
/// the signing certificate must have.
/// </summary>
public sealed class NotationIdentity
{
    private const string Prefix = "x509.subject:";
    private static readonly string[] Needed = ["C", "ST", "O"];
    private readonly DistinguishedName? _subject;

    private NotationIdentity(DistinguishedName? subject) => _subject = subject;

    /// <summary>Any signer with a certificate under the stores (<c>*</c>).</summary>
    public static NotationIdentity Any { get; } = new(subject: null);

    /// <summary>Reads the text of a trust policy; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NotationIdentity? identity, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        (identity, problem) = (null, "");
        if (text == "*")
        {
            identity = Any;
            return true;
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            problem = $"an identity is '*' or begins with '{Prefix}'";
            return false;
        }

        try
        {
            var subject = DistinguishedName.Parse(text[Prefix.Length..]);
            var missing = Array.Find(Needed, type => !subject.Attributes.Any(a => a.Type == type));
            problem = missing is null ? "" : $"it lacks {missing}; C, ST and O are needed";
            identity = missing is null ? new NotationIdentity(subject) : null;
        }
        catch (FormatException failure)
        {
            problem = failure.Message;
        }

        return identity is not null;
    }

    /// <summary>Whether the subject has each attribute exactly once and with this value. Other attributes are ignored.</summary>
    internal bool Matches(DistinguishedName subject) => _subject is null || _subject.Attributes.All(wanted =>
        subject.Attributes.Count(a => a.Type == wanted.Type) == 1 && subject.Attributes.Contains(wanted));

    /// <summary>Whether every subject that matches one of the two also matches the other.</summary>
    internal bool Overlaps(NotationIdentity other) =>
        _subject is null || other._subject is null || Matches(other._subject) || other.Matches(_subject);

    /// <summary>As a trust policy writes it.</summary>
    public override string ToString() => _subject is null ? "*" : $"{Prefix} {_subject}";
}
