using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace EdgeSync.Testing.Peers;

/// <summary>
/// Follows the calls of a test through its assembly and the testbed, and reports whether they reach a peer: a process that the testbed starts, the
/// path of the published binary, or a <see cref="PeerFixture"/>. Calls through interfaces are not followed.
/// </summary>
public sealed class PeerReach
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private const string Testbed = "testbed";
    private const string BinaryVariable = "EDGESYNC_BINARY";

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    private readonly Assembly _tests;

    public PeerReach(Assembly tests) => _tests = tests;

    /// <summary>Whether a test, or what xunit runs around it, reaches a peer.</summary>
    public bool Of(MethodInfo test)
    {
        var seen = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>(RootsOf(test).Where(seen.Add));
        while (open.TryPop(out var method))
        {
            foreach (var used in UsedBy(method))
            {
                if (IsPeer(used, method))
                {
                    return true;
                }

                foreach (var next in MethodsBehind(used).Where(m => IsFollowed(m) && seen.Add(m)))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    // The test, and what xunit calls on its class before and after it.
    private static IEnumerable<MethodBase> RootsOf(MethodInfo test)
    {
        var type = test.ReflectedType!;
        return type.GetConstructors(Declared).Cast<MethodBase>().Append(test)
            .Concat(type.GetMethods(Declared).Where(m => m.Name is "InitializeAsync" or "DisposeAsync" or "Dispose"));
    }

    private static bool IsPeer(object used, MethodBase user) => used switch
    {
        string text => text == BinaryVariable,
        MethodBase method => IsFixture(method.DeclaringType) && method is not ConstructorInfo && !method.IsStatic && !IsFixture(user.DeclaringType)
            || (method.DeclaringType == typeof(Process) && method.Name == nameof(Process.Start) && user.Module.Assembly.GetName().Name == Testbed),
        _ => false,
    };

    private static bool IsFixture(Type? type) => type is not null && (type.IsSubclassOf(typeof(PeerFixture)) || IsFixture(type.DeclaringType));

    private bool IsFollowed(MethodBase method) => method.Module.Assembly == _tests || method.Module.Assembly.GetName().Name == Testbed;

    // Async methods, iterators and lambdas have their code in types that the compiler nests.
    private static IEnumerable<MethodBase> MethodsBehind(object used)
    {
        var type = used as Type ?? (used as MemberInfo)?.DeclaringType;
        if (used is MethodBase method)
        {
            yield return method.IsGenericMethod && method is MethodInfo generic ? generic.GetGenericMethodDefinition() : method;
        }

        if (type?.IsGenericType == true)
        {
            type = type.GetGenericTypeDefinition();
        }

        if (type?.TypeInitializer is { } initializer)
        {
            yield return initializer;
        }

        if (type is not null && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !type.Name.Contains("<>c", StringComparison.Ordinal))
        {
            foreach (var nested in type.GetMethods(Declared))
            {
                yield return nested;
            }
        }
    }

    // The members, types and strings that the code of a method names.
    private static IEnumerable<object> UsedBy(MethodBase method)
    {
        if (method.GetCustomAttribute<StateMachineAttribute>() is { } machine)
        {
            yield return machine.StateMachineType;
        }

        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | code[at++]);
            }

            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
            }
            else if (operand == OperandType.InlineString)
            {
                yield return method.Module.ResolveString(BitConverter.ToInt32(code, at));
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
