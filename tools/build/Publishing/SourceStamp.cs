using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Build.Publishing;

/// <summary>One hash over everything that the binary is made of, so that nothing is published twice.</summary>
internal static class SourceStamp
{
    public static string Compute(Repository repository, params string[] settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var setting in settings)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(setting + "\n"));
        }

        string[] shared = ["Directory.Build.props", "Directory.Packages.props", ".editorconfig", "BannedSymbols.txt", "global.json"];
        var sources = Directory.EnumerateFiles(repository["src"], "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/EdgeSync.Hq/", StringComparison.Ordinal) && !f.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        foreach (var file in shared.Select(name => repository[name]).Where(File.Exists).Concat(sources))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(repository.Root, file) + "\n"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
