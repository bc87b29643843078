using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>The keys of one role and how many of them must have signed.</summary>
/// <param name="Keys">Files with public keys, PEM; full paths, each once.</param>
/// <param name="Threshold">How many different keys must have signed, 1 to the number of keys.</param>
internal sealed record TrustRole(IReadOnlyList<string> Keys, int Threshold)
{
    public static TrustRole Read(YamlSection reader)
    {
        var role = new TrustRole(reader.Files("keys"), reader.Number("threshold", 1, 1, 100));
        if (role.Keys.Count == 0)
        {
            reader.Fault("keys", "names no key; write 'keys: [FILE.pub]', without a key nothing can be trusted");
        }
        else if (role.Threshold > role.Keys.Count)
        {
            reader.Fault("threshold", $"asks for {role.Threshold} keys but 'keys' has {role.Keys.Count}; nothing could ever be accepted");
        }

        return role;
    }
}
