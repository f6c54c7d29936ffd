using System.Text;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>Turns a C# name into the name that files use.</summary>
internal static class SnakeCase
{
    /// <summary><c>KernelSize</c> becomes <c>kernel_size</c>; digits stay with what is before them.</summary>
    internal static string From(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
