using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>
/// The contents of an envelope's protected header except its algorithm, the same in JWS and in COSE. The readers fill it in, then <see cref="Check"/>
/// refuses contents that do not fit together.
/// </summary>
internal sealed class SignedAttributes
{
    public const string PayloadType = "application/vnd.cncf.notary.payload.v1+json";
    public const string SchemeName = "io.cncf.notary.signingScheme";
    public const string SigningTimeName = "io.cncf.notary.signingTime";
    public const string AuthenticTimeName = "io.cncf.notary.authenticSigningTime";
    public const string ExpiryName = "io.cncf.notary.expiry";
    public const string PluginName = "io.cncf.notary.verificationPlugin";
    public const int MaxNameLength = 256;
    public const int MaxCritical = 16;

    private readonly HashSet<string> _critical = new(StringComparer.Ordinal);
    private bool _hasPlugin;

    public NotationScheme Scheme { get; private set; }

    public string? SchemeText { get; set; }

    public string? ContentType { get; set; }

    /// <summary>When the signer claims to have signed; not verified.</summary>
    public DateTimeOffset? SigningTime { get; set; }

    /// <summary>When a signing authority says that it signed.</summary>
    public DateTimeOffset? AuthenticTime { get; set; }

    public DateTimeOffset? Expiry { get; set; }

    public void AddCritical(string name)
    {
        if (!_critical.Add(name))
        {
            throw new FormatException($"the critical header '{Printable.Of(name)}' is named twice");
        }
    }

    /// <summary>Records a header that this verifier does not use.</summary>
    public void AddOther(string name) => _hasPlugin |= name.StartsWith(PluginName, StringComparison.Ordinal);

    /// <summary>Throws <see cref="FormatException"/> that says which rule of the specification is broken.</summary>
    public void Check()
    {
        if (_hasPlugin || _critical.Any(name => name.StartsWith(PluginName, StringComparison.Ordinal)))
        {
            throw new FormatException("the signature asks for a verification plugin, and programs of others are not run here");
        }

        if (ContentType != PayloadType)
        {
            throw new FormatException($"the content type is not {PayloadType}");
        }

        Scheme = SchemeText switch
        {
            "notary.x509" => NotationScheme.X509,
            "notary.x509.signingAuthority" => NotationScheme.SigningAuthority,
            null => throw new FormatException("the signing scheme is missing"),
            _ => throw new FormatException($"the signing scheme '{Printable.Of(SchemeText)}' is not known"),
        };
        CheckTimes();
        CheckCritical();
    }

    private void CheckTimes()
    {
        var isAuthority = Scheme == NotationScheme.SigningAuthority;
        if (isAuthority != AuthenticTime.HasValue || isAuthority == SigningTime.HasValue)
        {
            throw new FormatException(isAuthority
                ? "a signing authority's signature has the authentic signing time, and no other"
                : "a signature under notary.x509 has the signing time, and no authentic one");
        }

        if (Expiry <= (AuthenticTime ?? SigningTime))
        {
            throw new FormatException("the signature expires before it was made");
        }
    }

    private void CheckCritical()
    {
        foreach (var name in _critical)
        {
            if (name is not (SchemeName or AuthenticTimeName or ExpiryName))
            {
                throw new FormatException($"the critical header '{Printable.Of(name)}' is not known");
            }
        }

        CheckCritical(SchemeName, isThere: true);
        CheckCritical(AuthenticTimeName, AuthenticTime.HasValue);
        CheckCritical(ExpiryName, Expiry.HasValue);
    }

    private void CheckCritical(string name, bool isThere)
    {
        if (_critical.Contains(name) != isThere)
        {
            throw new FormatException(isThere ? $"the header '{name}' is not marked as critical" : $"the critical header '{name}' is missing");
        }
    }
}
