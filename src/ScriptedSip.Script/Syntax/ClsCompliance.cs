// The generated parser marks its members CLSCompliant(false), which is a warning (CS3021) in an assembly that says nothing.
[assembly: System.CLSCompliant(false)]
