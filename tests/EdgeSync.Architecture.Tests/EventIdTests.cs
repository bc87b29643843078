using System.Reflection;

namespace EdgeSync.Architecture.Tests;

/// <summary>An event id means one thing for ever: operators search and alert by it.</summary>
public sealed class EventIdTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, int> Blocks = new()
    {
        ["EdgeSync.Oci"] = 2000,
        ["EdgeSync.Signing"] = 3000,
        ["EdgeSync.Bundles"] = 4000,
        ["EdgeSync.Kubernetes"] = 5000,
        ["EdgeSync.Mqtt"] = 6000,
        ["EdgeSync.Reconciliation"] = 7000,
        ["EdgeSync.Agent"] = 8000,
        ["EdgeSync.Hq"] = 9000,
    };

    public static TheoryData<string> Projects => [.. SourceAssemblies.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void MessageIds_EachProject_AreUniqueAndInItsBlock(string project)
    {
        var ids = Messages(SourceAssemblies.Load(project)).ToList();

        Assert.Empty(ids.GroupBy(m => m.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(m => m.Method))}"));
        Assert.Empty(ids.Where(m => !IsInBlock(project, m.Id)).Select(m => $"{m.Id}: {m.Method}"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Constants_EachProject_AreUniqueAndInItsBlock(string project)
    {
        var constants = SourceAssemblies.Load(project).GetTypes()
            .Where(t => t.Name.EndsWith("EventIds", StringComparison.Ordinal))
            .SelectMany(t => t.GetFields(All))
            .Where(f => f.IsLiteral && f.FieldType == typeof(int))
            .Select(f => (f.Name, Id: (int)f.GetRawConstantValue()!))
            .ToList();

        Assert.Empty(constants.GroupBy(c => c.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(c => c.Name))}"));
        Assert.Empty(constants.Where(c => !IsInBlock(project, c.Id)).Select(c => $"{c.Id}: {c.Name}"));
    }

    [Fact]
    public void Messages_OfAllProjects_AreFound()
    {
        // Guards the two tests above against finding nothing at all.
        Assert.NotEmpty(SourceAssemblies.Projects.SelectMany(p => Messages(SourceAssemblies.Load(p))));
    }

    private static bool IsInBlock(string project, int id) => Blocks.TryGetValue(project, out var first) && id >= first && id < first + 1000;

    private static IEnumerable<(string Method, int Id)> Messages(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(All)
        from attribute in method.GetCustomAttributesData()
        where attribute.AttributeType.Name == "LoggerMessageAttribute"
        select ($"{type.Name}.{method.Name}", EventId(attribute));

    private static int EventId(CustomAttributeData attribute)
    {
        var named = attribute.NamedArguments.Where(a => a.MemberName == "EventId").Select(a => (int?)a.TypedValue.Value).FirstOrDefault();
        var positional = attribute.ConstructorArguments.Where(a => a.ArgumentType == typeof(int)).Select(a => (int?)a.Value).FirstOrDefault();
        return named ?? positional ?? 0;
    }
}
