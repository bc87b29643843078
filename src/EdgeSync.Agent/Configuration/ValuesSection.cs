using EdgeSync.Bundles.Values;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>values</c>: what the manifests of bundles get at this site. A secret is named by its place and is not in the configuration.</summary>
internal static class ValuesSection
{
    private const string Example = "{REPLICAS: 2, PASSWORD: {file: /etc/edgesync/password}}";

    public static IReadOnlyDictionary<string, SiteValue> Read(YamlSection reader)
    {
        var values = new SortedDictionary<string, SiteValue>(StringComparer.Ordinal);
        foreach (var (name, item) in reader.FreeEntries("values", Example))
        {
            if (ValueName.DeclarationProblem(name) is { } problem)
            {
                item.Fault(problem);
            }
            else if (Read(item) is { } value)
            {
                values[name] = value;
            }
        }

        return values;
    }

    private static SiteValue? Read(YamlItem item)
    {
        if (item.Node is { Kind: YamlKind.Section })
        {
            return item.Read(ReadSecret) is { } source ? SiteValue.Of(source) : null;
        }

        if (item.Node is not { Kind: YamlKind.Scalar, IsNull: false })
        {
            item.Fault($"is {item.Node.Description}; write a value, or '{{file: PATH}}' or '{{credential: NAME}}' for a secret");
            return null;
        }

        if (item.Text.Length <= ValueDeclaration.MaxLength)
        {
            return SiteValue.Of(item.Text);
        }

        item.Fault($"has {item.Text.Length} characters; a value has at most {ValueDeclaration.MaxLength}");
        return null;
    }

    private static SecretSource? ReadSecret(YamlSection section)
    {
        var file = section.OptionalSecretFile("file");
        var credential = section.OptionalText("credential");
        if (section.Has("file") == section.Has("credential"))
        {
            section.Fault("", "needs either 'file' or 'credential'");
            return null;
        }

        if (credential is not null && (credential is "." or ".." || credential.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))))
        {
            section.Fault("credential", $"'{credential}' is no name of a credential; use letters, digits and . - _");
            return null;
        }

        if (section.File.ChecksFiles && File.Exists(file) && new FileInfo(file).Length > ValueDeclaration.MaxLength)
        {
            section.Fault("file", $"'{file}' has more than {ValueDeclaration.MaxLength} bytes");
        }

        return file is not null ? SecretSource.OfFile(file) : credential is not null ? SecretSource.OfCredential(credential) : null;
    }
}
