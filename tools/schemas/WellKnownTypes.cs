namespace EdgeSync.Schemas;

/// <summary>Types whose JSON is not what their definition says, because they read it themselves.</summary>
internal static class WellKnownTypes
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["resource.Quantity"] = "quantity",
        ["intstr.IntOrString"] = "intstr",
        ["v1.Time"] = "time",
        ["v1.MicroTime"] = "time",
        ["v1.Duration"] = "string",
        ["v1.FieldsV1"] = ApiSchema.Any,
        ["runtime.RawExtension"] = ApiSchema.Any,
        ["v1.JSON"] = ApiSchema.Any,
        ["v1.JSONSchemaPropsOrArray"] = ApiSchema.Any,
        ["v1.JSONSchemaPropsOrBool"] = ApiSchema.Any,
        ["v1.JSONSchemaPropsOrStringArray"] = ApiSchema.Any,
        ["v1beta1.JSON"] = ApiSchema.Any,
        ["v1beta1.JSONSchemaPropsOrArray"] = ApiSchema.Any,
        ["v1beta1.JSONSchemaPropsOrBool"] = ApiSchema.Any,
        ["v1beta1.JSONSchemaPropsOrStringArray"] = ApiSchema.Any,
    };

    /// <summary>The type's name in the data; null for an ordinary type.</summary>
    public static string? Find(string name) => Types.GetValueOrDefault(string.Join('.', name.Split('.')[^2..]));
}
