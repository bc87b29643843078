using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EdgeSync.Architecture.Tests;

/// <summary>
/// Signing stands on Oci, which has a registry client; so that verifying works offline by construction, nothing that Signing uses
/// of Oci may hold or take an HTTP client.
/// </summary>
public sealed class SigningReachTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void TypesOfOci_ThatSigningUses_TouchNoHttp()
    {
        var oci = SourceAssemblies.Load("EdgeSync.Oci");

        var withHttp = TypesUsed(SourceAssemblies.Load("EdgeSync.Signing"), "EdgeSync.Oci")
            .Select(name => oci.GetType(name, throwOnError: true)!)
            .Where(type => Mentioned(type).Any(IsHttp));

        Assert.Empty(withHttp);
    }

    [Fact]
    public void Mentioned_TypeWithAnHttpClient_ShowsIt()
    {
        Assert.Contains(Mentioned(typeof(Holder)), IsHttp);
    }

    private static List<string> TypesUsed(Assembly user, string assembly)
    {
        using var file = new PEReader(File.OpenRead(user.Location));
        var reader = file.GetMetadataReader();
        return
        [
            .. reader.TypeReferences.Select(reader.GetTypeReference)
                .Where(t => t.ResolutionScope.Kind == HandleKind.AssemblyReference
                    && reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)t.ResolutionScope).Name) == assembly)
                .Select(t => $"{reader.GetString(t.Namespace)}.{reader.GetString(t.Name)}"),
        ];
    }

    private static IEnumerable<Type> Mentioned(Type type) =>
        type.GetFields(All).Select(f => f.FieldType)
            .Concat(type.GetProperties(All).Select(p => p.PropertyType))
            .Concat(type.GetConstructors(All).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType))
            .Concat(type.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .SelectMany(t => t.IsGenericType ? t.GetGenericArguments().Append(t) : [t]);

    private static bool IsHttp(Type type) => type.Namespace is { } name && name.StartsWith("System.Net.Http", StringComparison.Ordinal);

    private sealed class Holder(HttpClient client)
    {
        public override string? ToString() => client.BaseAddress?.ToString();
    }
}
