using System.Text.Json;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>A bill of materials: SPDX or CycloneDX.</summary>
/// <param name="spdx">Whether SPDX is accepted.</param>
/// <param name="cycloneDx">Whether CycloneDX is accepted.</param>
public sealed class BillOfMaterialsCheck(bool spdx, bool cycloneDx) : AttestationCheck
{
    private const string Spdx = "https://spdx.dev/Document";
    private const string CycloneDx = "https://cyclonedx.org/bom";

    /// <inheritdoc/>
    public override string Name => (spdx, cycloneDx) switch
    {
        (true, false) => "SBOM in SPDX",
        (false, true) => "SBOM in CycloneDX",
        _ => "SBOM",
    };

    internal override bool Takes(string predicateType) => (spdx && IsOf(predicateType, Spdx)) || (cycloneDx && IsOf(predicateType, CycloneDx));

    internal override Finding Evaluate(string predicateType, JsonElement predicate, DateTimeOffset now)
    {
        if (IsOf(predicateType, CycloneDx))
        {
            return predicate.Text("bomFormat") == "CycloneDX"
                ? Finding.Yes($"CycloneDX {ShownText.Of(predicate.Text("specVersion") ?? "")}".TrimEnd())
                : Finding.No("the predicate is no CycloneDX document");
        }

        // In JSON as an object, or the tag-value form as one text.
        var version = predicate.ValueKind == JsonValueKind.String ? FirstLine(predicate.GetString()!) : predicate.Text("spdxVersion") ?? "";
        return version.StartsWith("SPDX-", StringComparison.Ordinal)
            ? Finding.Yes(ShownText.Of(version))
            : Finding.No("the predicate is no SPDX document");
    }

    private static bool IsOf(string predicateType, string family) =>
        predicateType == family || predicateType.StartsWith(family + "/", StringComparison.Ordinal);

    private static string FirstLine(string text)
    {
        const string Tag = "SPDXVersion:";
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        return line.StartsWith(Tag, StringComparison.Ordinal) ? line[Tag.Length..].Trim() : "";
    }
}
