using System.Globalization;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>Makes root keys, trust roots and revocation lists with the verbs of the binary.</summary>
internal sealed class TrustFixture(ShopDelivery delivery, string folder)
{
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    /// <summary>The file of a root.</summary>
    public string Root(int version) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"root-{version}.json"));

    public string File(string name) => Path.Combine(folder, name);

    /// <summary>A private key by name; created on first use.</summary>
    public async Task<string> KeyAsync(string name)
    {
        Directory.CreateDirectory(folder);
        if (!_keys.TryGetValue(name, out var key))
        {
            _keys[name] = key = await delivery.CreateKeyAsync(name);
        }

        return key;
    }

    /// <summary>Makes and signs a root; values that are not given are taken from the previous root.</summary>
    public async Task<string> MakeAsync(int version, string signers, string? roots = null, IReadOnlyList<string>? releases = null, params string[] more)
    {
        var draft = File($"draft-{version}.json");
        List<string> verb = ["trust", "new", "--output-file", draft, .. more];
        if (version == 1)
        {
            verb.AddRange(["--fleet", "retail", "--bundle-key", delivery.BuildPublicKey]);
            roots ??= "r1 r2 r3";
            releases ??= delivery.ReleasePublicKeys;
        }
        else
        {
            verb.AddRange(["--from", Root(version - 1)]);
        }

        foreach (var name in (roots ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            verb.AddRange(["--root-key", ShopDelivery.Public(await KeyAsync(name))]);
        }

        verb.AddRange((releases ?? []).SelectMany(key => new[] { "--release-key", key }));
        await ShopWorld.EdgeSync.RequireAsync([.. verb, "--root-threshold", "2", "--release-threshold", "2"]);
        await SignAsync(draft, Root(version), signers);
        return Root(version);
    }

    /// <summary>Makes and signs a list of revocations.</summary>
    public async Task<string> RevokeAsync(string name, string root, string signers, params string[] more)
    {
        var list = File(name);
        await ShopWorld.EdgeSync.RequireAsync(["trust", "revoke", "--root", root, "--output-file", list + ".draft", .. more]);
        await SignAsync(list + ".draft", list, signers);
        return list;
    }

    /// <summary>One after the other, as people do it who are not in one room.</summary>
    public async Task SignAsync(string draft, string signed, string signers)
    {
        var from = draft;
        foreach (var name in signers.Split(' '))
        {
            await ShopWorld.EdgeSync.RequireAsync(["trust", "sign", from, "--output-file", signed, "--key", await KeyAsync(name)]);
            from = signed;
        }
    }

    public Task PublishAsync(params string[] files) =>
        ShopWorld.EdgeSync.RequireAsync(["trust", "publish", delivery.ReleaseRepository, .. files, "--plain-http"]);
}
