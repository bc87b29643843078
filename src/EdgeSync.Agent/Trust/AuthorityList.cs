using System.Text;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Logs;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads <c>authorities</c> of <c>trust.yaml</c>: all authorities that a rule can name.</summary>
internal sealed class AuthorityList
{
    private const int MaxAuthorities = 64;
    private const int MaxKeyBytes = 64 * 1024;
    private const int MaxWitnesses = 32;

    private readonly Dictionary<string, TrustAuthority?> _byName = new(StringComparer.Ordinal);

    public AuthorityList(YamlSection reader)
    {
        var count = reader.Sections("authorities", Read).Count;
        if (count == 0)
        {
            reader.Fault("authorities", "names nobody; write 'authorities: [{name: release-team, key: {file: release.pub}}]'");
        }
        else if (count > MaxAuthorities)
        {
            reader.Fault("authorities", $"names {count}, more than {MaxAuthorities}");
        }
    }

    /// <summary>The authorities that a rule names under this key, each once. An unknown name is a fault; an authority that has faults itself is left out.</summary>
    public IReadOnlyList<TrustAuthority> Named(YamlSection reader, string key)
    {
        var named = new List<TrustAuthority>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in reader.TextItems(key))
        {
            if (!names.Add(item.Text))
            {
                item.Fault($"'{item.Text}' appears twice; one authority counts once");
            }
            else if (!_byName.TryGetValue(item.Text, out var authority))
            {
                item.Fault(NearestName.Find(item.Text, _byName.Keys) is { } near
                    ? $"no authority is called '{item.Text}'; did you mean '{near}'?"
                    : $"no authority is called '{item.Text}'; add it to 'authorities'");
            }
            else if (authority is not null)
            {
                named.Add(authority);
            }
        }

        return named;
    }

    private TrustAuthority? Read(YamlSection reader)
    {
        var name = reader.Name("name", "release-team");
        var authority = ReadKind(reader, name);
        if (name.Length > 0 && !_byName.TryAdd(name, authority))
        {
            reader.Fault("name", $"another authority is called '{name}'; give each its own name");
        }

        return authority;
    }

    private static TrustAuthority? ReadKind(YamlSection reader, string name)
    {
        var safeName = name.Length > 0 ? name : "?";
        var kinds = (reader.Has("key") ? 1 : 0) + (reader.Has("keyless") ? 1 : 0) + (reader.Has("x509") ? 1 : 0);
        if (kinds != 1)
        {
            reader.Fault("", kinds == 0
                ? "says nothing of who it is; write one of 'key: {file: F.pub}', 'keyless: {…}' and 'x509: {…}'"
                : "is more than one of key, keyless and x509; give each an authority of its own");
        }

        TrustAuthority? byKey = reader.OptionalSection("key", section => ReadKey(section, safeName));
        TrustAuthority? byIdentity = reader.OptionalSection("keyless", section => ReadKeyless(section, safeName));
        TrustAuthority? byCertificate = reader.OptionalSection("x509", section => CertificateReader.Read(section, safeName));
        return kinds == 1 ? byKey ?? byIdentity ?? byCertificate : null;
    }

    private static TrustAuthority.ByKey? ReadKey(YamlSection reader, string name)
    {
        if (ReadContent(reader, "file", "pem", MaxKeyBytes, "release.pub") is not { } content)
        {
            return null;
        }

        try
        {
            return new TrustAuthority.ByKey(name, VerificationKey.FromPem(Encoding.UTF8.GetString(content.Bytes), name));
        }
        catch (SigningException failure)
        {
            reader.Fault(content.Key, failure.Hint is { } hint ? $"{failure.Message}. {hint}" : failure.Message);
            return null;
        }
    }

    private static TrustAuthority.ByIdentity? ReadKeyless(YamlSection reader, string name)
    {
        var content = ReadContent(reader, "trustedRoot", "trustedRootJson", TrustedRoot.MaxBytes, "trusted_root.json");
        TrustedRoot? root = null;
        if (content is { } found && !TrustedRoot.TryParse(found.Bytes, out root, out var problem))
        {
            reader.Fault(found.Key, $"cannot be used: {problem}");
        }

        var identity = PatternText.ReadOne(reader, "identity", "identityPattern", isRequired: true);
        var isAnyIssuer = reader.Flag("anyIssuer", fallback: false);
        var issuer = PatternText.ReadOne(reader, "issuer", "issuerPattern", isRequired: !isAnyIssuer);
        if (isAnyIssuer && issuer is not null)
        {
            reader.Fault("anyIssuer", "contradicts issuer and issuerPattern; keep one of them");
        }

        var logs = reader.Number("transparencyLogs", 1, 0, 8);
        var witnessed = reader.OptionalSection("witnesses", ReadWitnesses);
        if (witnessed is not null && logs == 0)
        {
            reader.Fault("witnesses", "say nothing where 'transparencyLogs' is 0; have at least one log, or leave them out");
        }

        var requirements = (witnessed ?? new SigstoreRequirements()) with
        {
            Logs = logs,
            TimestampAuthorities = reader.Number("timestampAuthorities", 0, 0, 8),
            CertificateLogs = reader.Number("certificateLogs", 1, 0, 8),
        };
        return root is not null && identity is not null
            ? new TrustAuthority.ByIdentity(name, new SigstoreIdentity(identity, issuer), root, requirements)
            : null;
    }

    private static SigstoreRequirements ReadWitnesses(YamlSection reader)
    {
        var witnesses = new List<LogWitness>();
        var named = reader.TextItems("keys");
        foreach (var item in named)
        {
            if (!LogWitness.TryParse(item.Text, out var witness, out var problem))
            {
                item.Fault(problem);
            }
            else if (witnesses.Find(witness.HasKeyOf) is { } twin)
            {
                item.Fault($"has the key of '{twin}'; one witness counts once");
            }
            else
            {
                witnesses.Add(witness);
            }
        }

        var threshold = reader.Number("threshold", 1, 1, MaxWitnesses);
        if (named.Count is 0 or > MaxWitnesses)
        {
            reader.Fault("keys", $"names {named.Count} witnesses; 1 to {MaxWitnesses} are read, each as NAME+HASH+KEY");
        }
        else if (threshold > named.Count)
        {
            reader.Fault("threshold", $"asks for {threshold} of {named.Count} witnesses");
        }

        return new SigstoreRequirements { Witnesses = witnesses, Cosignatures = threshold };
    }

    // A file, or its content itself in a policy that is delivered without files.
    private static (byte[] Bytes, string Key)? ReadContent(YamlSection reader, string file, string text, int maxBytes, string example)
    {
        var inline = reader.OptionalText(text);
        if (reader.Has(file) == reader.Has(text))
        {
            reader.Fault(reader.Has(file) ? text : "", reader.Has(file)
                ? $"contradicts {file}; keep one of them"
                : $"has neither {file} nor {text}; write '{file}: {example}'");
            return null;
        }

        if (inline is not null)
        {
            return (Encoding.UTF8.GetBytes(inline), text);
        }

        if (reader.OptionalText(file) is not { } named)
        {
            return null;
        }

        if (reader.File.Folder.Length == 0)
        {
            reader.Fault(file, $"names a file, and this policy travels without any; write the content itself under '{text}'");
            return null;
        }

        var path = Path.GetFullPath(named, reader.File.Folder);
        if (BoundedFile.Read(path, maxBytes, out var problem) is { } bytes)
        {
            return (bytes, file);
        }

        reader.Fault(file, problem);
        return null;
    }
}
