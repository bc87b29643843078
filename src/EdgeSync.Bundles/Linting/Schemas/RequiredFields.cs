namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>
/// Which fields an object really needs. Kubernetes' schemas also call those required that its types always write, and an API server takes an object
/// without most of the lists and maps among them.
/// </summary>
internal static class RequiredFields
{
    private static readonly HashSet<string> NotEnforced = new(StringComparer.Ordinal)
    {
    };

    private static readonly HashSet<string> Enforced = new(StringComparer.Ordinal)
    {
    };

    public static bool IsRequired(ValueSchema owner, string name, FieldSchema field) =>
        field.IsRequired && field.Value.Kind is not (ValueKind.List or ValueKind.Map or ValueKind.Object or ValueKind.Any)
            ? !NotEnforced.Contains($"{owner.TypeName}.{name}")
            : Enforced.Contains($"{owner.TypeName}.{name}");
}
